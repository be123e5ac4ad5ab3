"""``python -m merestone``."""

from merestone.cli import main

if __name__ == "__main__":
    main()
