import asyncio


class Session:
    def __init__(self, name):
        print("opens", name)
        self.name = name

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        await self.close()

    async def close(self):
        await asyncio.sleep(0)
        print("closes", self.name)


async def use(fail):
    session = None
    try:
        session = Session("a")
        if fail:
            raise ValueError(session.name)
        return session.name
    finally:
        if session is not None:
            await session.close()


async def serve(fail):
    server = None
    try:
        server = await asyncio.start_server(print, "127.0.0.1", 0)
        print(len(server.sockets))
        if fail:
            raise ValueError("server")
    finally:
        if server:
            server.close()
            await server.wait_closed()


async def main():
    for fail in False, True:
        for function in use, serve:
            try:
                print(await function(fail))
            except ValueError as error:
                print("failed", error)


asyncio.run(main())
