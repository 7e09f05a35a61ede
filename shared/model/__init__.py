"""The nouns: frozen records with a JSON round trip, and nothing that can reach the outside world."""
