import asyncio
import signal

log = []


async def main():
    signal.raise_signal(signal.SIGUSR1)
    await asyncio.sleep(0.01)
    return log


loop = asyncio.new_event_loop()
loop.add_signal_handler(signal.SIGUSR1, log.append, "usr1")
print(loop.run_until_complete(main()))
loop.close()
