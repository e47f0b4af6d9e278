"""A REST API. `services.py` is where it is put together, `api/` is what speaks HTTP."""
