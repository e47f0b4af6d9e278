"""The program, as a command and by `python -m`, which works where the command is not on the path."""

import gc


def main() -> None:
    """Run the command line. What it imports stays: to look for garbage there takes a tenth of the start."""
    gc.disable()
    from .cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
