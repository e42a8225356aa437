"""Store, desk and screener put together for the web: the only module that knows all parts."""
