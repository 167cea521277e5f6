import Encoding
import HTTP

extension Command {
    static let keyReencrypt = Command(
        "key reencrypt", "write all key files anew under the current passphrase", options: Option.administration,
        notes: [
            "To change it: name the new one in key_passphrase_file and the old one in key_passphrase_previous_files,",
            "restart, call this, and take the old one out again.",
        ]
    ) { invocation in
        let answer = try await invocation.administration().send(.post, "/admin/v1/keys/reencrypt", [:])
        invocation.answer(answer, Presentation.keys)
    }
}
