"""`python -m pomona` is the command-line program."""

from pomona.cli import main

main()
