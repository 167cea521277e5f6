import Testing

@testable import AuthorizationServer

@Suite struct `Criteria in a header` {
    @Test(arguments: [
        ("category=http://a.example/b|c", "category=http://a.example/b%7Cc"),
        ("a=1,2&b:not=x", "a=1,2&b:not=x"), ("a=C7%26b", "a=C7%26b"), ("a=x;y", "a=x%3By"), ("a=x?y", "a=x%3Fy"),
        ("a=#x", "a=%23x"), ("a=<'\">", "a=%3C%27%22%3E"), ("a=b+c", "a=b%2Bc"), ("a=$x", "a=%24x"),
    ])
    func `nothing in them ends the query, or becomes another parameter`(criteria: String, header: String) {
        #expect(GatewayAnswer.encoded(criteria) == header)
    }
}
