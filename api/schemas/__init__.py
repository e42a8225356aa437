"""What programs send and get, as declared shapes: one file a resource. Descriptions and examples are Chinese."""
