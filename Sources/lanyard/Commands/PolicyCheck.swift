import AuthorizationServer
import Encoding

extension Command {
    static let policyCheck = Command(
        "policy check", "say what is wrong with policy files, and what is most likely not meant",
        arguments: [.policyFiles], options: [.json],
        notes: [
            "Needs no server: the files are held together as they are, and their tests run. Exits 1 if there are problems,",
            "with which policy apply and the start of a server are refused; warnings alone are no failure.",
        ]
    ) { invocation in
        let check = PolicyCheck(try invocation.policyFiles())
        if invocation.wantsJSON {
            invocation.answer(.object(check.json)) { _ in "" }
            if !check.problems.isEmpty { throw CommandFailure.failed("the policies are not valid") }
            return
        }
        try check.requireSound(invocation)
        let count = check.policies.count
        invocation.console.print(count == 1 ? "1 policy is in order" : "\(count) policies are in order")
    }
}
