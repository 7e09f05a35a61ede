"""The run sheet: one printable page by which a person performs a task without any access to hcx-fleet."""
