import AuthorizationServer
import Encoding
import HTTP
import JOSE
import Storage

extension Command {
    static let auditVerify = Command(
        "audit verify", "prove that no audit record was changed, removed or moved since it was written",
        options: [
            .value(
                "database", "FILE", "look at this file, a backup or a server's that stands still, and change nothing"),
            .value(
                "checkpoint", "FILE", "hold the records to checkpoints that were kept elsewhere: a log, or its lines",
                repeatable: true),
            .value(
                "trusted-key", "KEY", "a key that signs checkpoints: its thumbprint, or a file with the JWK or JWK Set",
                repeatable: true),
        ] + Option.administration,
        notes: [
            "Exit code 1, with the number of the first record that is wrong and why.",
            "A running server trusts its own keys; a file has none beside it, and needs --trusted-key.",
        ]
    ) { invocation in
        let examination = AuditExamination(
            invocation: invocation, copies: try CheckpointCopies(try invocation.checkpointCopies()),
            trusted: try invocation.trustedKeys())
        let outcome: JSON
        if let path = invocation.option("database") {
            outcome = try examination.ofFile(path)
        } else {
            outcome = try await examination.ofServer(invocation.administration())
        }
        for note in outcome["notes"]?.strings ?? [] { invocation.console.note("note: \(SafeText.line(note))\n") }
        if let finding = outcome["finding"], let seq = finding["seq"]?.integerValue {
            throw CommandFailure.failed("record \(seq) \(finding["reason"]?.stringValue ?? "")")
        }
        invocation.answer(outcome) { outcome in
            let unchained = outcome["unchained"]?.integerValue ?? 0
            let before = unchained > 0 ? "; \(unchained) more are from before there was a chain" : ""
            return "\(outcome["checked"]?.integerValue ?? 0) records are as they were written\(before)\n"
                + Presentation.voucher(outcome["voucher"])
        }
    }

    static let auditCheckpoints = Command(
        "audit checkpoints", "list the checkpoints, newest first, with the thumbprints of the keys that signed them",
        options: Option.administration
    ) { invocation in
        let checkpoints = try await invocation.administration().list(
            "/admin/v1/audit-checkpoints", "audit_checkpoints")
        invocation.answer(["audit_checkpoints": .array(checkpoints)]) { _ in
            let rows = checkpoints.map { checkpoint -> JSON in
                var row = checkpoint.objectValue ?? JSONObject()
                row["when"] = (row["at"]?.integerValue).map { .string(Timestamp.rfc3339($0)) }
                return .object(row)
            }
            return Presentation.table(
                rows, [("NUMBER", "number"), ("WHEN", "when"), ("LAST RECORD", "seq"), ("KEY", "key")])
        }
    }
}

extension Presentation {
    /// What the answer rests on.
    fileprivate static func voucher(_ checkpoint: JSON?) -> String {
        guard let checkpoint, let number = checkpoint["number"]?.integerValue,
            let seq = checkpoint["seq"]?.integerValue, let at = checkpoint["at"]?.integerValue
        else { return "" }
        let key = SafeText.line(checkpoint["key"]?.stringValue ?? "")
        return "signed up to record \(seq) by checkpoint \(number), \(Timestamp.rfc3339(at)), with the key \(key)\n"
    }
}

/// Looks through the records, page by page, and says how far it is.
private struct AuditExamination {
    let invocation: Invocation
    let copies: CheckpointCopies
    let trusted: [String]

    func ofFile(_ path: String) throws -> JSON {
        do {
            let archive = try DatabaseArchive(path: path)
            var verification = try AuditVerification(trusted: Set(trusted), copies: copies.all)
            while verification.finding == nil, !verification.isDone {
                try verification.step(archive, limit: 1000)
                tell(verification.json)
            }
            return .object(verification.json)
        } catch let error as StorageError {
            throw StartFailure.failure(of: error)
        }
    }

    func ofServer(_ client: AdministrationClient) async throws -> JSON {
        var progress: JSON?
        var notes: [JSON] = []
        for batch in try copies.batches() {
            while true {
                let before = progress?["seq"]?.integerValue
                let answer = try await client.send(.post, "/admin/v1/audit-events/verify", request(batch, progress))
                tell(answer.objectValue ?? JSONObject())
                // What a page was noted for is in no later answer.
                notes += answer["notes"]?.arrayValue ?? []
                guard answer["done"] == false, answer["finding"] == nil, let next = answer["progress"] else {
                    var outcome = answer.objectValue ?? JSONObject()
                    outcome["notes"] = .array(notes)
                    return .object(outcome)
                }
                progress = next
                // Where there is no record up to there, it goes no further.
                guard let through = batch.through, let seq = next["seq"]?.integerValue else { continue }
                if seq >= through || seq == before { break }
            }
        }
        throw CommandFailure.failed("the server did not come to an end")
    }

    private func request(_ batch: CheckpointCopies.Batch, _ progress: JSON?) -> JSON {
        var request: JSONObject = [
            "checkpoints": .array(batch.copies.map { .string($0) }),
            "trusted_keys": .array(trusted.map { .string($0) }),
        ]
        request["through"] = batch.through.map { .integer($0) }
        request["progress"] = progress
        return .object(request)
    }

    /// For people, on standard error.
    private func tell(_ answer: JSONObject) {
        guard answer["done"] == false, !invocation.wantsJSON, let checked = answer["checked"]?.integerValue,
            checked % 20_000 < 2000
        else { return }
        let of = answer["last"]?.integerValue.map { " of about \($0)" } ?? ""
        invocation.console.note("\(checked)\(of) records\n")
    }
}

extension Invocation {
    /// Checkpoints in files: a JWS on a line of its own, or a line of the log that has one.
    fileprivate func checkpointCopies() throws(CommandFailure) -> [String] {
        var copies: [String] = []
        for path in values("checkpoint") {
            var found: [String] = []
            for line in try console.read(path).split(separator: 0x0A) {
                let text = String(decoding: line, as: UTF8.self).filter { $0 != "\r" && $0 != " " }
                if text.hasPrefix("{") {
                    let event = try? JSON(parsing: Array(line))
                    guard event?["event"] == "audit.checkpoint", let jws = event?["jws"]?.stringValue else { continue }
                    found.append(jws)
                } else if !text.isEmpty {
                    found.append(text)
                }
            }
            guard !found.isEmpty else { throw .failed("\(path): there is no checkpoint in it") }
            copies += found
        }
        return copies
    }

    /// The thumbprints of the keys that were named.
    fileprivate func trustedKeys() throws(CommandFailure) -> [String] {
        var thumbprints: [String] = []
        for value in values("trusted-key") {
            if Base64URL.decode(value)?.count == 32 {
                thumbprints.append(value)
                continue
            }
            guard let json = try? JSON(parsing: console.read(value)) else {
                throw .failed("\(value): is neither a thumbprint nor a file with a JWK")
            }
            for key in json["keys"]?.arrayValue ?? [json] {
                do throws(JOSEError) {
                    thumbprints.append(try JWK(key).thumbprint)
                } catch {
                    throw .failed("\(value): \(error)")
                }
            }
        }
        return thumbprints
    }
}
