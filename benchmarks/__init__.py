"""How fast and how large: measured on the machine at hand, against what is promised."""
