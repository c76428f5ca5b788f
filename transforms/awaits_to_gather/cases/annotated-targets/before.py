import asyncio


async def get_weather(city: str) -> str:
    await asyncio.sleep(0)
    return f"sunny in {city}"


async def get_traffic(city: str) -> int:
    await asyncio.sleep(0)
    return len(city)


async def briefing(city: str) -> str:
    weather: str = await get_weather(city)
    traffic: int = await get_traffic(city)
    return f"{weather}, {traffic} jams"


print(asyncio.run(briefing("Rome")))
