# shellcheck shell=bash
# Sourced by scripts/serve and scripts/test from the project folder: a virtual environment that is complete, or a
# message that says what is missing. What "complete" means and how it is installed is in venv.py, next to this file.
#
# Only `.venv/bin/python -m ...` is called: the start lines of the other commands in .venv/bin hold the folder's old
# name after it was moved.

VENV_PYTHON=.venv/bin/python

# Print the first Python that can make the environment.
find_python() {
    local name path found note=""
    for name in python3.13 python3.12 python3.11 python3 python; do
        path=$(command -v "$name") || continue
        # A command may exist and still not run, so it is asked. The answer is one line: ok, or what is wrong.
        found=$("$path" -I -c '
import sys
version = "%d.%d" % sys.version_info[:2]
if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
    print("is %s %s" % (sys.implementation.name, version))
else:
    try:
        import ensurepip, venv
        print("ok")
    except ImportError:
        print("has no venv module (Debian, Ubuntu: apt install python%s-venv)" % version)
' 2>/dev/null) || continue
        if [ "$found" = ok ]; then
            printf '%s\n' "$path"
            return
        fi
        note="$note
  $path $found"
    done
    printf 'TrackFlow needs CPython 3.11 or newer, with venv. Found:%s\n' "${note:-
  no Python at all on the PATH}" >&2
    return 1
}

# ensure_venv FILE...: leave with .venv holding exactly what these requirements files pin.
ensure_venv() {
    local python
    unset PYTHONHOME
    if "$VENV_PYTHON" -I scripts/lib/venv.py check "$@" 2>/dev/null; then
        return
    fi
    python=$(find_python) || return
    "$python" -I scripts/lib/venv.py install "$@"
}
