"""What stands between the spider and the network: which addresses, and what robots.txt asks."""
