"""The server that is measured: `lanyard serve` on core 0 with one event loop, and who takes part."""
import glob, json, os, shutil

import certificate, support

# A role of twelve rules, which every client of the benchmark gets that asks for records.
ALLOWED = {"Patient": {"hide": ["photo"]}, "Observation": {}, "Condition": {}, "Encounter": {}, "Procedure": {},
           "MedicationRequest": {}, "AllergyIntolerance": {}, "Immunization": {}, "DiagnosticReport": {}, "Coverage": {},
           "CarePlan": {"hide": ["note"]}}
DENIED = "system/*.cruds?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V"
ROLE = {"role": "benchmark", "version": 1, "title": "Benchmark", "description": "Twelve rules", "holders": ["Client"],
        "rules": [{"id": f"rule-{kind}", "allow": f"system/{kind}.rs", **more} for kind, more in ALLOWED.items()]
        + [{"id": "restricted", "deny": DENIED}]}


class Lanyard(support.Server):
    """Provisioned as for the fault tests, beside the role above; listens with TLS as well."""

    def __init__(self, binary: str, folder: str):
        policies, self.certificate, self.key = f"{folder}/policies", f"{folder}/chain.pem", f"{folder}/key.pem"
        os.makedirs(policies)
        for path in glob.glob(f"{support.ROOT}/Policies/*.json"):
            shutil.copy(path, policies)
        with open(f"{policies}/{ROLE['role']}.json", "w") as file:
            json.dump(ROLE, file)
        certificate.make(self.certificate, self.key)
        super().__init__(binary, folder, threads=1, policies_directory=policies, default_roles={"Client": ROLE["role"]},
                         hosts=["127.0.0.1"], limits={"guesses_per_address": 100_000, "guesses_per_account": 100})
        self.tls_port = support.free_port()
        self.settings["listen"].append({"host": "127.0.0.1", "port": self.tls_port,
                                        "tls": {"certificate": self.certificate, "key": self.key}})
        with open(self.configuration, "w") as file:
            json.dump(self.settings, file)

    def start(self, within=("taskset", "-c", "0"), limit=30, **environment) -> float:
        """The seconds until it answered."""
        return super().start(within, limit, **environment)

    @property
    def url(self) -> str:
        return self.issuer

    @property
    def tls_url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"
