"""The network: asyncio shells over the protocol."""
