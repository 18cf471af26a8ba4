import time, random
from datetime import timedelta
from tests.bots.activity_points.builders import *
from tests.bots.activity_points.test_earning_service import *
from shared.runtime.readers import BATCH
async def test_speed(db, service):
    guild, sid = await add_server(db)
    r = random.Random(1)
    lines=[]; at=START
    ids=[PlatformId(f"0002{n:028x}") for n in range(1,81)]
    for n,i in enumerate(ids): lines.append((joined(f"P{n}",i),at)); lines.append((chat(f"P{n}",f"S{n}","hi",i),at))
    while len(lines)<10000:
        at+=timedelta(seconds=r.random()*10); n=r.randrange(80)
        e=r.choice([chat(f"P{n}",f"S{n}",f"t{len(lines)}",ids[n]), tamed(f"S{n}"), WorldSaved(), Killed(victim=survivor(f"S{(n+1)%80}","A"),killer=survivor(f"S{n}","B"))])
        lines.append((e,at))
    await append(db,sid,lines)
    t=time.perf_counter()
    for k in range(500,10001,500): await read(db,service,sid,upto=k)
    dt=time.perf_counter()-t
    async with db.connection() as conn: n=await conn.fetchval("select count(*) from activity_points.transactions")
    await append(db,sid,[(chat("P1","S1",f"z{k}",ids[1]),at+timedelta(seconds=k)) for k in range(200)])
    t=time.perf_counter()
    for k in range(10001,10201): await read(db,service,sid,upto=k)
    print("\n10k events", dt, "tx", n, "single", (time.perf_counter()-t)/200)
