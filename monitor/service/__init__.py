"""What stands round the daemon: systemd, figures over HTTP, logs, the heartbeat, the drill."""
