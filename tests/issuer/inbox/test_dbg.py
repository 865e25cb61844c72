from tests.issuer.inbox.conftest import School
def test_dbg(school: School):
    from issuer.inbox.own_door import verifier_of
    for w in (school.verifier(), verifier_of(school.home, clock=school.service.clock)):
        for a in w.of_documents([school.paper("transcript"), school.paper("agreement")]):
            print(a.report.verdict, [(c.code, c.facts) for c in a.report.checks if c.outcome.value in ("warn","fail","unknown")])
    assert 0
