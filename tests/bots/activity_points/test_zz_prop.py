from tests.bots.activity_points.test_earning_service import *
from tests.bots.activity_points import test_earning_service as m
from hypothesis import seed, Phase
@seed(100954380945477638032218188378477541389)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None, print_blob=False)
@given(lines=logs(), cuts=st.lists(st.integers(1, 60), max_size=12), game=st.sampled_from(("ase", "asa")))
async def test_prop(db, service, lines, cuts, game):
    whole = await read_in_pieces(db, service, lines, [], game)
    one_by_one = await read_in_pieces(db, service, lines, range(len(lines)), game)
    if whole != one_by_one:
        for i,(e,at) in enumerate(lines,1): print(i, at.strftime("%d %H:%M:%S.%f"), e)
        print(game)
        print("WHOLE-ONLY", [x for x in whole if x not in one_by_one]); print("ONE-ONLY", [x for x in one_by_one if x not in whole])
        print(len(whole), len(one_by_one))
    assert whole == one_by_one
