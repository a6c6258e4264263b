"""What the public sees: the scan page, the verify page, the credit page of an organisation."""
