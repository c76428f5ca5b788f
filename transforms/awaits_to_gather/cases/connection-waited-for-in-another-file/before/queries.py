async def user_of(conn, uid):
    rows = await conn.fetch(f"user {uid}")
    return rows[0]


async def orders_of(conn, uid):
    return await conn.fetch(f"orders {uid}")
