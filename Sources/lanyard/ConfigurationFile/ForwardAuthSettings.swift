import AuthorizationServer
import HTTP
import Policy

extension Setting {
    /// What gateways may ask.
    static let forwardAuth: [Setting] = [
        flag("forward_auth.enabled", \.isForwardAuthEnabled),
        Setting("forward_auth.filtering", .texts) { (json, _, draft) throws(SettingProblems) in
            let words = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try SettingValue.parsed(json, "must be search or elements") { word in
                    Filtering(word: word.utf8.span).flatMap { ForwardAuth.possibleFiltering.contains($0) ? $0 : nil }
                }
            }
            draft.forwardAuth.filtering = Filtering(words)
        },
        Setting("forward_auth.networks", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.forwardAuth.networks = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try SettingValue.parsed(json, "must be a network such as 10.0.0.0/8 or ::1/128", IPNetwork.init)
            }
        },
    ]
}
