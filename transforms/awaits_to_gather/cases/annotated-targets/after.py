import asyncio


async def sky_of(city: str) -> str:
    await asyncio.sleep(0)
    return f"sunny in {city}"


async def jams_in(city: str) -> int:
    await asyncio.sleep(0)
    return len(city)


async def briefing(city: str) -> str:
    sky, jams = await asyncio.gather(sky_of(city), jams_in(city))
    return f"{sky}, {jams} jams"


print(asyncio.run(briefing("Rome")))
