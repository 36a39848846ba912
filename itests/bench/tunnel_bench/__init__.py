"""Compares the tunnel with its peers; started by ../tunnel."""
