"""The ways out: HTTP, SMTP, other programs; only addresses that may be dialled, in bounded time."""
