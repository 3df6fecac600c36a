"""What junitparser or prometheus_client makes of a report on standard input, as one JSON document."""

import json
import sys


def junit(text):
    import junitparser

    roots, findings = [], {}
    report = junitparser.JUnitXml.fromstring(text.encode())
    for suite in report:
        for case in suite:
            said = {one.name: one.value for one in case.child(junitparser.Properties)}
            findings[case.name] = said["verdict"]
            if "severity" in said:
                roots.append([case.name, said["severity"]])
    counted = sum(len(list(suite)) for suite in report)
    assert report.tests == counted, (report.tests, counted)
    return {"roots": roots, "findings": findings, "failing": report.failures + report.errors}


def prometheus(text):
    from prometheus_client.parser import text_string_to_metric_families

    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]

    def of(name):
        return [one for one in samples if one.name == "cmdop_doctor_" + name]

    (code,) = of("exit_code")
    return {
        "roots": [[one.labels["finding"], one.labels["severity"]] for one in of("root")],
        "findings": {one.labels["id"]: one.labels["verdict"] for one in of("finding")},
        "failing": int(code.value),
    }


json.dump({"junit": junit, "prometheus": prometheus}[sys.argv[1]](sys.stdin.read()), sys.stdout)
