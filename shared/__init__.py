"""Everything that orchestrators and activities share: nouns, decisions, adapters and the ports between them."""
