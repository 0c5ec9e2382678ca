#!/usr/bin/env python3
"""Checks k8s/: every manifest against the schemas of Kubernetes, and what the manifests say of each other, of the
Dockerfile and of the server.

    python3 scripts/test-kubernetes.py      exit 0 passed, 1 failed, 77 skipped: no package index to be reached

The schemas come with the Python package kubernetes-validate. An interpreter that has it is used as it is; else it is
installed into a virtual environment under node_modules/.cache.
"""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

root = Path(__file__).resolve().parent.parent
requirement = 'kubernetes-validate==1.37.0'


def run_with_schemas():
    """Runs this script again in an environment that has the schemas."""
    home = root / 'node_modules' / '.cache' / requirement.replace('==', '-')
    python = home / 'bin' / 'python'
    if os.environ.get('SPILLWAY_SCHEMAS') == 'installed':
        sys.exit(f'{requirement} was installed into {home} and is not there')
    if not (home / 'installed').exists():
        pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement]
        try:
            venv.create(home, with_pip=True, clear=True)
            subprocess.run(pip, check=True)
        except subprocess.CalledProcessError:
            print(f'SKIPPED: {requirement} cannot be installed, so the manifests are not checked', file=sys.stderr)
            sys.exit(77)
        (home / 'installed').touch()
    os.execve(python, [str(python), __file__], {**os.environ, 'SPILLWAY_SCHEMAS': 'installed'})


try:
    import kubernetes_validate
    import yaml
except ImportError:
    run_with_schemas()

faults = 0


def expect(fact, holds):
    """Prints a fact; one that does not hold fails the run."""
    global faults
    faults += not holds
    print(f'  {"ok   " if holds else "FAULT"} {fact}')


def read(path):
    return (root / path).read_text(encoding='utf8')


def found(pattern, text, what):
    """The first group of the pattern; its absence means that this script reads something that has moved."""
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        sys.exit(f'cannot find {what}: mend scripts/test-kubernetes.py')
    return match.group(1)


# --- every manifest by itself

folder = root / 'k8s'
kustomization = yaml.safe_load(read('k8s/kustomization.yaml'))
files = sorted(path.name for path in folder.iterdir() if path.name != 'kustomization.yaml')
expect('kustomization.yaml lists every file of k8s/, and no other', sorted(kustomization['resources']) == files)

# The first version with everything the manifests use, and the newest one known.
versions = ['1.30', kubernetes_validate.latest_version()]
objects = {}
for name in files:
    for document in yaml.safe_load_all(read(f'k8s/{name}')):
        objects[document['kind']] = document
        for version in versions:
            try:
                kubernetes_validate.validate(document, version, strict=True)
                expect(f'{name}: a {document["kind"]} as Kubernetes {version} knows it', True)
            except kubernetes_validate.ValidationError as error:
                path = '.'.join(str(part) for part in error.path)
                expect(f'{name}: Kubernetes {version} refuses {path}: {error.message}', False)

# --- what they say of each other

deployment, service, autoscaler, budget, policy = (
    objects[kind]
    for kind in ('Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy')
)
pod = deployment['spec']['template']['spec']
(container,) = pod['containers']
pod_labels = deployment['spec']['template']['metadata']['labels']
selectors = {
    'Deployment': deployment['spec']['selector']['matchLabels'],
    'Service': service['spec']['selector'],
    'PodDisruptionBudget': budget['spec']['selector']['matchLabels'],
    'NetworkPolicy': policy['spec']['podSelector']['matchLabels'],
    **{
        f'topology spread over {spread["topologyKey"]}': spread['labelSelector']['matchLabels']
        for spread in pod['topologySpreadConstraints']
    },
}
for owner, selector in selectors.items():
    expect(f'the selector of the {owner} finds the pods', bool(selector) and selector.items() <= pod_labels.items())

ports = {port['name']: port['containerPort'] for port in container['ports']}
probes = {kind: container[kind]['httpGet'] for kind in ('startupProbe', 'readinessProbe', 'livenessProbe')}
ports_used = {
    'the Service': [port['targetPort'] for port in service['spec']['ports']],
    'the NetworkPolicy': [port['port'] for rule in policy['spec']['ingress'] for port in rule['ports']],
    **{f'the {kind}': [probe['port']] for kind, probe in probes.items()},
}
for user, used in ports_used.items():
    expect(f'{user} names ports of the container: {used}', set(used) <= set(ports))

target = autoscaler['spec']['scaleTargetRef']
expect(
    'the HorizontalPodAutoscaler scales the Deployment',
    [target[key] for key in ('apiVersion', 'kind')] == [deployment[key] for key in ('apiVersion', 'kind')]
    and target['name'] == deployment['metadata']['name'],
)
expect('which leaves the number of replicas to it', 'replicas' not in deployment['spec'])
expect('from 1 to 100', [autoscaler['spec'][key] for key in ('minReplicas', 'maxReplicas')] == [1, 100])
resources = container['resources']
expect('a CPU request gives its utilization a meaning', 'cpu' in resources['requests'])
expect('the memory limit is the request', resources['requests']['memory'] == resources['limits']['memory'])
images = {image['name'] for image in kustomization['images']}
expect('kustomization.yaml says which image that is', container['image'] in images)

# --- what they say of the server and its image

routes = found(r'httpRoutes = \[(.*?)\]', read('src/monitoring/http-metrics.ts'), 'the routes of the server')
scraped = deployment['spec']['template']['metadata']['annotations']
paths = {kind: probe['path'] for kind, probe in probes.items()} | {'scrape annotation': scraped['prometheus.io/path']}
for kind, path in paths.items():
    expect(f'the server has the path of the {kind}: {path}', f"'{path}'" in routes)

config = read('src/config.ts')
dockerfile = read('Dockerfile')
port = int(found(r'\bport: port\.[^\n]*default\(([\d_]+)\)', config, 'the default port'))
expect(
    f'container, image, scrape annotation and server agree on port {port}',
    ports == {'http': port}
    and int(scraped['prometheus.io/port']) == port
    and int(found(r'EXPOSE (\d+)', dockerfile, 'EXPOSE')) == port
    and int(found(r'SPILLWAY_PORT=(\d+)', dockerfile, 'SPILLWAY_PORT')) == port,
)
drain = int(found(r'drainTimeoutMs: [^\n]*default\(([\d_]+)\)', config, 'the drain time')) / 1000
sleep = container['lifecycle']['preStop']['sleep']['seconds']
grace = pod['terminationGracePeriodSeconds']
expect(f'{grace} s of grace cover {sleep} s of preStop, {drain:.0f} s of draining and 5 s more', grace >= sleep + drain + 5)
version = found(r'"version": "([^"]+)"', read('package.json'), 'the version of the package')
expect(
    f'the image has the tag of this version: {version}',
    [image['newTag'] for image in kustomization['images']] == [version],
)
variables = {variable['name'] for variable in container['env']}
known = set(re.findall(r"env\['(\w+)'\]", config)) | {'NODE_OPTIONS'}
expect(f'the server reads each environment variable: {sorted(variables)}', variables <= known)
expect('no service sets another: SPILLWAY_PORT=tcp://... is the trap', pod['enableServiceLinks'] is False)

# --- the restricted profile of the Pod Security Standards

own = container['securityContext']
expect('no pod runs as root', pod['securityContext']['runAsNonRoot'] is True and pod['securityContext']['runAsUser'] > 0)
expect('seccomp is the default of the runtime', pod['securityContext']['seccompProfile'] == {'type': 'RuntimeDefault'})
expect('no privilege is gained and every capability dropped', own['allowPrivilegeEscalation'] is False and own['capabilities'] == {'drop': ['ALL']})
expect('the root file system is read-only', own['readOnlyRootFilesystem'] is True)
expect('no token of the API server is mounted', pod['automountServiceAccountToken'] is False)

print(f'kubernetes: {f"{faults} fault(s)" if faults else "passed"}')
sys.exit(1 if faults else 0)
