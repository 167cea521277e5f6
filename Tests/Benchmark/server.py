"""The server that is measured: `lanyard serve` on core 0 with one event loop, and who takes part."""
import glob, json, os, shutil

import support

# A role of twelve rules, which every client of the benchmark gets that asks for records.
ROLE = {"role": "benchmark", "version": 1, "title": "Benchmark", "description": "Twelve rules", "holders": ["Client"], "rules": [
    {"id": f"rule-{kind}", "allow": f"system/{kind}.rs", **more} for kind, more in [
        ("Patient", {"hide": ["photo"]}), ("Observation", {}), ("Condition", {}), ("Encounter", {}), ("Procedure", {}),
        ("MedicationRequest", {}), ("AllergyIntolerance", {}), ("Immunization", {}), ("DiagnosticReport", {}),
        ("Coverage", {}), ("CarePlan", {"hide": ["note"]})]] + [
    {"id": "restricted", "deny": "system/*.cruds?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V"}]}


class Lanyard(support.Server):
    """Provisioned as for the fault tests, beside the role above."""

    def __init__(self, binary: str, folder: str):
        policies = f"{folder}/policies"
        os.makedirs(policies)
        for path in glob.glob(f"{support.ROOT}/Policies/*.json"):
            shutil.copy(path, policies)
        with open(f"{policies}/{ROLE['role']}.json", "w") as file:
            json.dump(ROLE, file)
        super().__init__(binary, folder, threads=1, policies_directory=policies,
                         default_roles={"Client": ROLE["role"]})

    @property
    def url(self) -> str:
        return self.issuer

    def start(self) -> float:
        """The seconds until it answered."""
        return super().start(within=("taskset", "-c", "0"))
