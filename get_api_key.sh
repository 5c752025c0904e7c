#!/usr/bin/env bash
# Issues a LiteLLM key for an attendee of a workshop and puts it into .env, for the leaderboard and for Studio:
#
#     export LITELLM_BASE_URL=https://litellm.example.com LITELLM_ADMIN_KEY=sk-...
#     ./get_api_key.sh Ada Lovelace
#
# With a dot in front (bash or zsh) it also sets LITELLM_API_KEY and STUDIO_GATEWAY_API_KEY in the shell.
# See --help for more.
# The admin's key stays in the environment: it is on no command line, in no file and in no output.

# Sourced: run it as a program, whose output is the assignments.
if (return 0 2>/dev/null); then
  # shellcheck disable=SC2128 # zsh has no BASH_SOURCE; bash means its first element
  if leaderboard_key=$(bash "${BASH_SOURCE:-$0}" "$@"); then
    eval "$leaderboard_key"
    unset leaderboard_key
    return 0
  fi
  unset leaderboard_key
  return 1
fi

set -euo pipefail
backend=$(cd "$(dirname "$0")" && pwd)/backend
python=$backend/.venv/bin/python
[ -x "$python" ] || python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo 'get_api_key.sh needs Python 3.11 or later (python3).' >&2
  exit 1
fi
# -P: nothing in the folder that it is called from is run in place of it
PYTHONPATH=$backend exec "$python" -P -B -m workshop "$@"
