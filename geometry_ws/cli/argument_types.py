"""Types of arguments, for argparse: a text as it is typed -> a value, or why it is none."""


def port(text: str) -> int:
    """A TCP port; raises ArgumentTypeError."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 65535:
        import argparse

        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return number
