import Encoding
import HTTP

extension Command {
    static let keyReencrypt = Command(
        "key reencrypt", "write all key files anew under the current passphrase", options: Option.administration,
        notes: [
            "To change it: write the new one into the file of key_passphrase_file, or have the program print it, and the old one",
            "into one of key_passphrase_previous_files; call this; take the old one out again. Both are read anew, and have to",
            "open every key there is, or nothing is done. Where the configuration names other files, send SIGHUP to a running",
            "server first; what is in its environment it learns by a restart.",
        ]
    ) { invocation in
        let answer = try await invocation.administration().send(.post, "/admin/v1/keys/reencrypt", [:])
        invocation.answer(answer, Presentation.keys)
    }
}
