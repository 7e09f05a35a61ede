"""Azure Resource Manager, read through Microsoft's own clients."""
