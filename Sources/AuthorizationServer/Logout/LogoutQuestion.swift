import Crypto
import Encoding
import SMART

/// The form of the page that asks before signing out. What the request asked for travels in it, sealed by the session's
/// secret: only the browser that is signed in can send it back, and only as it was (SE-07, SE-08).
struct LogoutQuestion: Sendable {
    let clientID: String?
    let returnURL: String?

    init(_ request: LogoutRequest) {
        clientID = request.client?.id.value
        returnURL = request.returnURL
    }

    /// What a form sent back; nil if it was not made for this session.
    init?(_ form: FormParameters, session: Handle) {
        guard let handle = form["interaction"], let token = form["csrf"],
            ConstantTime.equal(Array(token.utf8), Array(Self.token(handle, session).utf8)),
            let json = Base64URL.decode(handle).flatMap({ try? JSON(parsing: $0) })
        else { return nil }
        clientID = json["client_id"]?.stringValue
        returnURL = json["return_to"]?.stringValue
    }

    var handle: String {
        var object: JSONObject = [:]
        if let clientID { object["client_id"] = .string(clientID) }
        if let returnURL { object["return_to"] = .string(returnURL) }
        return Base64URL.encode(JSON.object(object).serialized())
    }

    func token(session: Handle) -> String { Self.token(handle, session) }

    private static func token(_ handle: String, _ session: Handle) -> String {
        Base64URL.encode(HMAC.sha256(key: session.secret, message: Array("sign out \(session.id) \(handle)".utf8)))
    }
}
