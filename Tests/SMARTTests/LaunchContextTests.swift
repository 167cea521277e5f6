import Encoding
import Testing

@testable import SMART

@Suite struct `SMART 2.2 Launch context` {
    private func context(_ text: String) throws -> LaunchContext { try LaunchContext(JSON(parsing: Array(text.utf8))) }

    private func member(_ text: String) throws -> String? {
        do {
            _ = try context(text)
            return nil
        } catch let error as LaunchContextError {
            #expect(!error.reason.isEmpty)
            return error.member
        }
    }

    @Test func `members come back in the order of the token response`() throws {
        let written = #"""
            {"__z":{"a":[1,null]},"tenant":"t","smart_style_url":"https://ehr.example/s.json","need_patient_banner":false,
            "intent":"reconcile","fhirContext":[{"role":"https://x.example/r","reference":"Patient/2","https://e.example/x":1}],
            "encounter":"e9","patient":"456"}
            """#
        let printed = #"""
            {"patient":"456","encounter":"e9","fhirContext":[{"reference":"Patient/2","role":"https://x.example/r",\#
            "https://e.example/x":1}],"intent":"reconcile","need_patient_banner":false,\#
            "smart_style_url":"https://ehr.example/s.json","tenant":"t","__z":{"a":[1,null]}}
            """#
        let read = try context(written)
        #expect(JSON.object(read.json).text == printed)
        #expect(try context(printed) == read)
        #expect(LaunchContext().json.isEmpty)
        #expect(try context("{}") == LaunchContext())
    }

    @Test(arguments: [
        (#"[]"#, ""), (#""x""#, ""),
        // CTX-1, CTX-2: bare ids.
        (#"{"patient":"Patient/1"}"#, "patient"), (#"{"patient":1}"#, "patient"), (#"{"patient":""}"#, "patient"),
        (#"{"patient":null}"#, "patient"), (#"{"patient":".."}"#, "patient"), (#"{"encounter":"a b"}"#, "encounter"),
        // CTX-4: a JSON boolean.
        (#"{"need_patient_banner":"true"}"#, "need_patient_banner"),
        (#"{"need_patient_banner":1}"#, "need_patient_banner"),
        // CTX-5 to CTX-7.
        (#"{"intent":""}"#, "intent"), (#"{"intent":{}}"#, "intent"), (#"{"tenant":"a\nb"}"#, "tenant"),
        (#"{"smart_style_url":"javascript:alert(1)"}"#, "smart_style_url"),
        (#"{"smart_style_url":"/style.json"}"#, "smart_style_url"),
        // CTX-8: extensions are URIs or start with two underscores.
        (#"{"access_token":"x"}"#, "access_token"), (#"{"_x":1}"#, "_x"), (#"{"scope":"user/*.cruds"}"#, "scope"),
        (#"{"Patient":"1"}"#, "Patient"),
        (#"{"fhirContext":{}}"#, "fhirContext"), (#"{"fhirContext":["ImagingStudy/1"]}"#, "fhirContext[0]"),
    ])
    func `a bad member is named`(text: String, name: String) throws {
        #expect(try member(text) == name)
    }

    @Test(arguments: [
        #"{"reference":"ImagingStudy/1"}"#, #"{"reference":"ImagingStudy/1","type":"ImagingStudy","role":"launch"}"#,
        #"{"reference":"Patient/1","role":"https://x.example/sibling"}"#,
        #"{"canonical":"https://x.example/Measure/1|2.0"}"#,
        #"{"canonical":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","type":"Questionnaire"}"#,
        #"{"identifier":{"system":"https://x.example","value":"1"},"type":"ServiceRequest"}"#,
        #"{"identifier":{"value":"1"},"type":"Encounter","role":"urn:x:y"}"#, #"{"reference":"List/1","__x":true}"#,
    ])
    func `CTX-3: what fhirContext may hold`(item: String) throws {
        #expect(try member("{\"fhirContext\":[\(item)]}") == nil)
        let read = try context("{\"fhirContext\":[\(item)]}")
        #expect(JSON.object(read.json).text == "{\"fhirContext\":[\(item)]}")
    }

    @Test(arguments: [
        (#"{}"#, ""), (#"{"type":"ImagingStudy"}"#, ""), (#"{"role":"launch"}"#, ""),
        (#"{"reference":"https://x.example/ImagingStudy/1"}"#, ".reference"),
        (#"{"reference":"ImagingStudy"}"#, ".reference"),
        (#"{"reference":"/ImagingStudy/1"}"#, ".reference"), (#"{"reference":"imagingstudy/1"}"#, ".reference"),
        (#"{"reference":"ImagingStudy/1/_history/2"}"#, ".reference"),
        (#"{"reference":"ImagingStudy/"}"#, ".reference"),
        (#"{"reference":"ImagingStudy/.."}"#, ".reference"), (#"{"reference":"ImagingStudy?x=1"}"#, ".reference"),
        (#"{"reference":"Unknown/1"}"#, ".reference"), (#"{"reference":null}"#, ".reference"),
        (#"{"canonical":"Measure/1"}"#, ".canonical"), (#"{"canonical":"https://x.example/a|"}"#, ".canonical"),
        (#"{"canonical":"https://x.example/a|1|2"}"#, ".canonical"),
        (#"{"canonical":"javascript:alert(1)"}"#, ".canonical"),
        (#"{"identifier":"1"}"#, ".identifier"), (#"{"identifier":{}}"#, ".identifier"),
        (#"{"identifier":{"value":1}}"#, ".identifier"), (#"{"identifier":{"system":"","value":"1"}}"#, ".identifier"),
        (#"{"reference":"ImagingStudy/1","type":"Unknown"}"#, ".type"),
        (#"{"reference":"ImagingStudy/1","type":"List"}"#, ".type"),
        (#"{"reference":"ImagingStudy/1","role":""}"#, ".role"),
        (#"{"reference":"ImagingStudy/1","role":"other"}"#, ".role"),
        (#"{"reference":"Patient/1"}"#, ".role"), (#"{"reference":"Patient/1","role":"launch"}"#, ".role"),
        (#"{"reference":"Encounter/1"}"#, ".role"), (#"{"identifier":{"value":"1"},"type":"Patient"}"#, ".role"),
        (#"{"canonical":"https://x.example/a","type":"Encounter","role":"launch"}"#, ".role"),
        (#"{"reference":"ImagingStudy/1","note":"x"}"#, ".note"),
    ])
    func `CTX-3: what fhirContext may not hold`(item: String, name: String) throws {
        #expect(try member(#"{"fhirContext":[{"reference":"List/1"},\#(item)]}"#) == "fhirContext[1]\(name)")
    }

    @Test func `SMART 2.0 clients get bare references, and what can't be said so is left out`() throws {
        let read = try context(
            #"""
            {"patient":"1","fhirContext":[{"reference":"ImagingStudy/1"},{"reference":"List/2","role":"launch"},
            {"reference":"List/3","role":"https://x.example/r"},{"canonical":"https://x.example/a"}]}
            """#)
        #expect(read.version2_0Strings == ["ImagingStudy/1", "List/2"])
        #expect(
            JSON.object(read.json(fhirContext: .strings)).text
                == #"{"patient":"1","fhirContext":["ImagingStudy/1","List/2"]}"#)
        let none = try context(#"{"fhirContext":[{"canonical":"https://x.example/a"}]}"#)
        #expect(none.json(fhirContext: .strings).isEmpty)
    }

    @Test func `fhirContext is bounded`() throws {
        func list(_ count: Int) -> String {
            let items = Array(repeating: #"{"reference":"List/1"}"#, count: count).joined(separator: ",")
            return "{\"fhirContext\":[\(items)]}"
        }
        #expect(try member(list(100)) == nil)
        #expect(try member(list(101)) == "fhirContext")
    }
}
