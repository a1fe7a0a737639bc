def test_a_browser_that_asks_for_an_icon_by_itself_gets_ours(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert response.url.endswith("icons/favicon.svg")
