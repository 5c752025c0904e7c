"""What stands between the server and the routes, whoever brings them."""
