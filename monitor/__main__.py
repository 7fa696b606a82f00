"""`python -m monitor` is `siaga`."""

from monitor.cli.main import main

if __name__ == "__main__":
    main()
