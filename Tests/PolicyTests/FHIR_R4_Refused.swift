import Testing

@testable import Policy

@Suite struct `FHIR R4 What is no request that can be told is refused` {
    @Test(arguments: lines + paths + queries + bodies) func `with the reason`(_ row: RefusedRow) {
        #expect(throws: row.error) { try row.request() }
        #expect(!row.error.reason.isEmpty)
    }

    private static let lines: [RefusedRow] = [
        RefusedRow("nothing", "", .line), RefusedRow("no space", "Patient/1", .line),
        RefusedRow("an unknown method", "TRACE Patient/1", .method),
        RefusedRow("OPTIONS is no interaction of R4", "OPTIONS metadata", .method),
        RefusedRow("methods have capital letters", "get Patient/1", .method),
        RefusedRow("no method", " Patient/1", .method),
        RefusedRow("two spaces", "GET  Patient/1", .character),
        RefusedRow("a version of HTTP", "GET Patient/1 HTTP/1.1", .character),
        RefusedRow("a line end", "GET Patient/1\r\nX: y", .character),
        RefusedRow("a NUL", "GET Patient/1\0", .character),
        RefusedRow("a letter beyond ASCII", "GET Patient?name=Zoë", .character),
        RefusedRow("a fragment", "GET Patient/1#x", .fragment),
        RefusedRow("a fragment in a query", "GET Patient?a=b#c", .fragment),
        RefusedRow("an address of another server", "GET https://other.example/Patient/1", .absoluteURL),
        RefusedRow("an address without scheme", "GET //other.example/Patient/1", .leadingSlash),
        RefusedRow("an absolute path", "GET /Patient/1", .leadingSlash),
        RefusedRow("too long", "GET Patient?name=" + String(repeating: "a", count: 20_000), .tooLong),
    ]

    private static let paths: [RefusedRow] = [
        RefusedRow("an unknown type", "GET Foo/1", .type("Foo")),
        RefusedRow("types have their case", "GET patient/1", .type("patient")),
        RefusedRow("an abstract type", "GET DomainResource", .type("DomainResource")),
        RefusedRow("a type of this server's own", "GET Client/1", .type("Client")),
        RefusedRow("an id with an underscore", "GET Patient/a_b", .id),
        RefusedRow("an id that is too long", "GET Patient/" + String(repeating: "a", count: 65), .id),
        RefusedRow("a version that is none", "GET Patient/1/_history/a_b", .id),
        RefusedRow("a slash at the end", "GET Patient/", .emptySegment),
        RefusedRow("two slashes", "GET Patient//1", .emptySegment),
        RefusedRow("a step up", "GET Patient/../Observation", .dotSegment),
        RefusedRow("a step nowhere", "GET ./Patient/1", .dotSegment),
        RefusedRow("an encoded slash", "GET Patient%2F1", .pathCharacter),
        RefusedRow("an encoded step up", "GET Patient/%2e%2e/Observation", .pathCharacter),
        RefusedRow("an encoded letter", "GET %50atient/1", .pathCharacter),
        RefusedRow("a matrix parameter", "GET Patient;x=1/1", .pathCharacter),
        RefusedRow("a backslash", "GET Patient\\1", .pathCharacter),
        RefusedRow("a broken escape", "GET Patient?name=%zz", .escape),
        RefusedRow("half an escape", "GET Patient?name=%4", .escape),
        RefusedRow("an escaped NUL", "GET Patient?name=a%00b", .escape),
        RefusedRow("an escaped line end", "GET Patient?name=%0a", .escape),
        RefusedRow("too many segments", "GET Patient/1/Observation/2/3", .path),
        RefusedRow("a resource in a compartment", "GET Patient/1/Observation/2", .path),
        RefusedRow("something well known", "GET .well-known/other", .type(".well-known")),
        RefusedRow("a capability of a type", "GET Patient/metadata/x", .type("x")),
        RefusedRow("an operation without name", "GET $", .operationName),
        RefusedRow("an operation with a star", "GET $a*", .operationName),
        RefusedRow("an operation with a dot", "POST Patient/1/$a.b", .operationName),
        RefusedRow("an operation that begins with a digit", "POST Patient/$1", .operationName),
        RefusedRow("an operation of an unknown type", "GET Foo/$x", .type("Foo")),
        RefusedRow("an operation of what has no id", "GET Patient/a_b/$x", .id),
        RefusedRow("an operation in a compartment", "GET Patient/1/Observation/$lastn", .path),
        RefusedRow("no compartment", "GET Organization/1/Patient", .compartment("Organization")),
        RefusedRow("not in the compartment", "GET Patient/1/Organization", .notInCompartment("Organization")),
        RefusedRow(
            "not in the compartment, by POST", "POST Patient/1/Practitioner/_search", body: "",
            .notInCompartment("Practitioner")),
        RefusedRow(
            "not in the compartment, by type", "GET Patient/1/*?_type=Goal,Location", .notInCompartment("Location")),
        RefusedRow("deletion of history", "DELETE Patient/1/_history", .historyDeletion),
        RefusedRow("deletion of a version", "DELETE Patient/1/_history/2", .historyDeletion),
        RefusedRow("deletion of everything", "DELETE ?_type=Patient", .methodForPath),
        RefusedRow("deletion of a compartment", "DELETE Patient/1/Observation", .methodForPath),
        RefusedRow("deletion by operation", "DELETE Patient/1/$x", .methodForPath),
        RefusedRow("search by GET at _search", "GET Patient/_search?name=x", .methodForPath),
        RefusedRow("a create with an id", "POST Patient/1", .methodForPath),
        RefusedRow("an update of a version", "PUT Patient/1/_history/2", .methodForPath),
        RefusedRow("an update of the system", "PUT ", .methodForPath),
        RefusedRow("a change of capabilities", "POST metadata", .methodForPath),
    ]

    private static let queries: [RefusedRow] = [
        RefusedRow("a search inside a read", "GET Patient/1?name=x", .parameter("name")),
        RefusedRow("an include of a read", "GET Patient/1?_include=Patient:link", .parameter("_include")),
        RefusedRow("a query of a create", "POST Patient?identifier=x", .parameter("identifier")),
        RefusedRow("a query of a version", "GET Patient/1/_history/2?_include=*", .parameter("_include")),
        RefusedRow("a search in a history", "GET Patient/_history?name=x", .parameter("name")),
        RefusedRow("a server's own parameter", "GET Patient?_getpages=x", .parameter("_getpages")),
        RefusedRow("paging from the base", "GET ?_getpages=x", .parameter("_getpages")),
        RefusedRow("a deletion that spreads", "DELETE Patient/1?_cascade=delete", .parameter("_cascade")),
        RefusedRow(
            "a deletion that spreads, by criteria", "DELETE Patient?_id=1&_expunge=true", .parameter("_expunge")),
        RefusedRow("an include in criteria", "PUT Patient?_id=1&_include=*", .parameter("_include")),
        RefusedRow("types of a type", "GET Patient?_type=Observation", .parameter("_type")),
        RefusedRow("types twice", "GET ?_type=Patient&_type=Group", .repeated("_type")),
        RefusedRow("unknown types", "GET ?_type=Patient,Foo", .type("Foo")),
        RefusedRow("no types", "GET ?_type=", .value("_type")),
        RefusedRow("not these types", "GET ?_type:not=Patient", .modifier("_type")),
        RefusedRow("types by a chain", "GET ?patient._type=Patient", .parameter("_type")),
        RefusedRow("an expression", "GET Patient?_filter=name%20eq%20x", .opaque("_filter")),
        RefusedRow("a query with a name", "GET Patient?_query=mpi", .opaque("_query")),
        RefusedRow("an expression behind a chain", "GET Observation?patient._filter=x", .parameter("_filter")),
        RefusedRow("an include behind a chain", "GET Observation?patient._include=x", .parameter("_include")),
        RefusedRow("a list that is none", "GET Patient?_list=a_b", .value("_list")),
        RefusedRow("members of who knows what", "GET Patient?_in=5", .opaque("_in")),
        RefusedRow("members found by a search", "GET Patient?_in=https://x/Group?a=b", .value("_in")),
        RefusedRow("contained maybe", "GET Patient?_contained=maybe", .value("_contained")),
        RefusedRow("an include of one word", "GET Patient?_include=Patient", .value("_include")),
        RefusedRow("an include with a dot", "GET Observation?_include=Observation.patient", .value("_include")),
        RefusedRow(
            "an include of two", "GET Observation?_include=Observation:patient,Observation:encounter",
            .value("_include")),
        RefusedRow("an include of an unknown type", "GET Patient?_revinclude=Foo:patient", .type("Foo")),
        RefusedRow("an include to an unknown type", "GET Patient?_include=Observation:subject:Foo", .type("Foo")),
        RefusedRow("an include in a new way", "GET Patient?_include:logical=Patient:link", .modifier("_include")),
        RefusedRow("an include with four parts", "GET Patient?_include=Patient:link:Patient:x", .value("_include")),
        RefusedRow("a chain to an unknown type", "GET Observation?subject:Foo.name=x", .type("Foo")),
        RefusedRow("a modifier that is an unknown type", "GET Observation?subject:Foo=1", .type("Foo")),
        RefusedRow("a chain to nothing", "GET Observation?patient.=x", .parameterName),
        RefusedRow("a chain from nothing", "GET Observation?.name=x", .parameterName),
        RefusedRow("a chain by a modifier", "GET Observation?subject:exact.name=x", .type("exact")),
        RefusedRow("a chain by a list", "GET Observation?_list.code=x", .parameterName),
        RefusedRow("two modifiers", "GET Patient?name:exact:exact=x", .parameterName),
        RefusedRow("a reverse chain cut short", "GET Patient?_has:Observation:patient=x", .parameterName),
        RefusedRow("a reverse chain without its own", "GET Patient?_has=x", .parameterName),
        RefusedRow("a reverse chain of an unknown type", "GET Patient?_has:Foo:patient:code=x", .type("Foo")),
        RefusedRow(
            "a chain without end", "GET Patient?" + String(repeating: "link:Patient.", count: 9) + "name=x",
            .chainTooLong),
        RefusedRow("a name with a bracket", "GET Patient?name[]=x", .parameterName),
        RefusedRow("a name with a space", "GET Patient?na+me=x", .parameterName),
        RefusedRow("a name of an escape", "GET Patient?%2e%2e=x", .parameterName),
        RefusedRow("a value without name", "GET Patient?=x", .parameterName),
        RefusedRow("a name of letters beyond ASCII", "GET Patient?n%C3%A4me=x", .parameterName),
        RefusedRow("a name of broken UTF-8", "GET Patient?%FFname=x", .parameterName),
        RefusedRow("a semicolon", "GET Patient?name=x;_include=*", .value("name")),
        RefusedRow("a semicolon before what a format may have", "GET Patient?name=x;charset=y", .value("name")),
        RefusedRow("a semicolon in a format", "GET Patient?_format=json;_include=*", .value("_format")),
        RefusedRow("a question mark in a name", "GET Patient??name=x", .parameterName),
        RefusedRow("an order by a stranger", "GET Patient?_sort=name:Foo.x", .type("Foo")),
        RefusedRow("an order by nothing", "GET Patient?_sort=", .value("_sort")),
        RefusedRow("a presentation with a modifier", "GET Patient?_count:exact=1", .modifier("_count")),
        RefusedRow(
            "more parameters than are looked at", "GET Patient?" + String(repeating: "a=1&", count: 201),
            .tooManyParameters),
        RefusedRow(
            "more types than are looked at",
            "GET Patient?" + FHIRNames.all.prefix(70).map { "_revinclude=\($0):x" }.joined(separator: "&"),
            .tooManyAccesses),
        RefusedRow("a conditional update without criteria", "PUT Patient", .noCriteria),
        RefusedRow("a conditional delete without criteria", "DELETE Patient", .noCriteria),
        RefusedRow("a conditional delete by presentation", "DELETE Patient?_format=json", .noCriteria),
        RefusedRow("a conditional patch without criteria", "PATCH Patient?", .noCriteria),
        RefusedRow("a conditional create without criteria", "POST Patient", ifNoneExist: "", .noCriteria),
        RefusedRow(
            "a conditional create with its question mark", "POST Patient", ifNoneExist: "?identifier=x", .parameterName),
        RefusedRow(
            "a conditional create by address", "POST Patient", ifNoneExist: "Patient?identifier=x", .parameterName),
        RefusedRow(
            "a conditional create by criteria that are too long", "POST Patient",
            ifNoneExist: "name=" + String(repeating: "a", count: 20_000), .tooLong),
        RefusedRow("If-None-Exist of a read", "GET Patient/1", ifNoneExist: "identifier=x", .ifNoneExist),
        RefusedRow(
            "If-None-Exist of a search by POST", "POST Patient/_search", body: "", ifNoneExist: "identifier=x",
            .ifNoneExist),
        RefusedRow("If-None-Exist of a batch", "POST ", body: "{}", ifNoneExist: "identifier=x", .ifNoneExist),
    ]

    private static let bodies: [RefusedRow] = [
        RefusedRow("a read with a body", "GET Patient/1", body: "{}", .unexpectedBody),
        RefusedRow("a search with a body", "GET Patient?name=x", body: "name=y", .unexpectedBody),
        RefusedRow("a deletion with a body", "DELETE Patient/1", body: "{}", .unexpectedBody),
        RefusedRow("a form that nobody gave", "POST Patient/_search", .unknownForm),
        RefusedRow("a form that is JSON", "POST Patient/_search", body: #"{"resourceType": "Parameters"}"#, .character),
        RefusedRow(
            "a form that is JSON without spaces", "POST Patient/_search", body: #"{"resourceType":"Parameters"}"#,
            .parameterName),
        RefusedRow(
            "a form that is too long", "POST Patient/_search", body: String(repeating: "a", count: 70_000), .tooLong),
        RefusedRow("an expression in a form", "POST Patient/_search", body: "_filter=x", .opaque("_filter")),
        RefusedRow("a create of XML", "POST Patient", body: "<Patient/>", .json),
        RefusedRow("a patch of XML", "PATCH Patient/1", body: "<diff/>", .json),
        RefusedRow("a create of a list", "POST Patient", body: "[]", .json),
        RefusedRow("a create of another type", "POST Patient", body: #"{"resourceType":"Observation"}"#, .resourceType),
        RefusedRow("a create of no type", "POST Patient", body: "{}", .resourceType),
        RefusedRow(
            "an update of another type", "PUT Patient/1", body: #"{"resourceType":"Group","id":"1"}"#, .resourceType),
        RefusedRow(
            "an update of another id", "PUT Patient/1", body: #"{"resourceType":"Patient","id":"2"}"#, .resourceID),
        RefusedRow(
            "an update of an id that is a number", "PUT Patient/1", body: #"{"resourceType":"Patient","id":1}"#,
            .resourceID),
        RefusedRow("two types", "POST Patient", body: #"{"resourceType":"Patient","resourceType":"Group"}"#, .json),
        RefusedRow(
            "a conditional reference to an unknown type", "POST Observation",
            body: #"{"resourceType":"Observation","subject":{"reference":"Foo?a=b"}}"#, .conditionalReference),
        RefusedRow(
            "a conditional reference to another server", "POST Observation",
            body: #"{"resourceType":"Observation","subject":{"reference":"https://x/Patient?a=b"}}"#,
            .conditionalReference),
        RefusedRow(
            "a conditional reference without criteria", "POST Observation",
            body: #"{"resourceType":"Observation","subject":{"reference":"Patient?"}}"#, .noCriteria),
        RefusedRow("a batch that nobody gave", "POST ", .unknownBundle),
        RefusedRow("a batch of nothing", "POST ", body: "", .json),
        RefusedRow(
            "a batch that is no Bundle", "POST ", body: #"{"resourceType":"Patient","type":"batch"}"#, .bundleType),
        RefusedRow("a document", "POST ", body: #"{"resourceType":"Bundle","type":"document"}"#, .bundleType),
        RefusedRow("no type of Bundle", "POST ", body: #"{"resourceType":"Bundle"}"#, .bundleType),
        RefusedRow(
            "entries that are no list", "POST ", body: #"{"resourceType":"Bundle","type":"batch","entry":{}}"#, .json),
        RefusedRow(
            "a batch with a query", "POST ?_include=*", body: #"{"resourceType":"Bundle","type":"batch"}"#,
            .parameter("_include")),
        RefusedRow("a batch that is too deep", "POST ", body: String(repeating: #"{"a":"#, count: 40), .json),
        RefusedRow(
            "a batch with too many entries", "POST ",
            body: #"{"resourceType":"Bundle","type":"batch","entry":["# + String(repeating: "{},", count: 1000)
                + "{}]}", .tooManyEntries),
    ]
}
