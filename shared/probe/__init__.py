"""Probes through extended networks: a TCP connection or an HTTP GET, from where hcx-fleet runs."""
