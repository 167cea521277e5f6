extension Setting {
    /// Where the figures are read.
    static let figures: [Setting] = [
        Setting("metrics_listen", .text) { (json, paths, draft) throws(SettingProblems) in
            let address = try ListenSetting(text: try SettingValue.text(json), paths: paths)
            // Nobody is asked there who they are, and the figures tell how busy everybody is.
            if case .tcp(let host, _, _) = address, !LoopbackHost.contains(host) {
                throw SettingProblems("must be on loopback or unix:PATH: nobody is asked there who they are")
            }
            draft.metricsListen = address
        }
    ]
}
