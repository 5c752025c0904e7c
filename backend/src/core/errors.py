"""What can be wrong with a request or with the settings. Every message is for a person."""


class InvalidRangeError(Exception):
    """The range cannot be asked for."""


class InvalidParameterError(Exception):
    """A parameter is not one of the values it may have."""


class AddressTooLongError(Exception):
    """The request's path and query are longer than they may be."""


class HeadersTooLongError(Exception):
    """The request's headers are longer than they may be."""


class MisdirectedError(Exception):
    """The request came by a name that the server does not go by."""


class UnauthorizedError(Exception):
    """The dashboard's own token is missing or wrong."""


class ConfigurationError(Exception):
    """A setting is missing or malformed. The message is one line that names it."""
