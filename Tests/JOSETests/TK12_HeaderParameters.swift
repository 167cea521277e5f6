import Encoding
import JOSE
import Testing

@Suite struct `TK-12 header parameters that change what a JWS means` {
    @Test(arguments: [
        #""crit":["exp"]"#, #""crit":[]"#, #""crit":null"#, #""crit":["b64"],"b64":false"#, #""b64":false"#,
        #""b64":true"#,
        #""zip":"DEF""#, #""enc":"A256GCM""#, #""cty":"JWT""#, #""cty":"jwt""#, #""cty":"application/jwt""#,
        #""cty":"Application/JWT""#,
    ])
    func `are refused`(member: String) {
        let header = #"{"alg":"ES256",\#(member)}"#
        #expect(outcome { () throws(JOSEError) in _ = try JWS(compact: JWS.text(header: header)) } == "notAllowed")
    }

    @Test func `another cty is left alone`() throws {
        let jws = try JWS(compact: JWS.text(header: #"{"alg":"ES256","cty":"application/json"}"#))
        #expect(jws.header["cty"] == "application/json")
    }

    @Test(arguments: ["JWT", "jwt", "at+jwt", "application/at+jwt", "dpop+jwt", ""])
    func `typ is told as it came`(type: String) throws {
        #expect(try JWS(compact: JWS.text(header: #"{"alg":"ES256","typ":"\#(type)"}"#)).type == type)
    }
}
