// SPDX-License-Identifier: GPL-3.0-or-later
// Measures, prints a table, writes JSON. Figures are ratios against a baseline of the same run:
// these are no tests.
#include "base/atomic_file.h"
#include "bench/measure.h"
#include "identity/sodium.h"
#include "protocol/json.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <cstdio>

int main(int argc, char **argv) {
    using namespace heartline;
    std::string name;
    std::string json;
    CLI::App app("Measures Heartline against bare baselines", "heartline-bench");
    app.add_option("name", name, "Only figures whose name begins so: alert, node, parse, simulate");
    app.add_option("--json", json, "File to write the figures to")->type_name("FILE");
    CLI11_PARSE(app, argc, argv);
    identity::ensureSodium();
    const QCoreApplication application(argc, argv);
    const std::vector<std::pair<std::string, void (*)(bench::Figures &)>> groups{
        {"alert", bench::benchAlert},
        {"node", bench::benchNode},
        {"node", bench::benchNodeWait},
        {"parse", bench::benchParse},
        {"simulate", bench::benchSimulate}};
    bench::Figures figures;
    for (const auto &[group, run] : groups)
        if (name.empty() || name.starts_with(group) || group.starts_with(name))
            run(figures);
    if (figures.empty()) {
        std::fprintf(stderr, "heartline-bench: there is no figure called %s\n", name.c_str());
        return 2;
    }
    protocol::Json array = protocol::Json::array();
    for (const bench::Figure &f : figures) {
        std::printf("%-18s %12.1f %-20s ratio %7.3f  target %-14s against %s\n", f.name.c_str(),
                    f.value, f.unit.c_str(), f.ratio, f.target.c_str(), f.baseline.c_str());
        array.push_back({{"name", f.name},
                         {"value", f.value},
                         {"unit", f.unit},
                         {"baseline", f.baseline},
                         {"ratio", f.ratio},
                         {"target", f.target}});
    }
    if (json.empty())
        return 0;
    const auto written =
        writeFileAtomically(json, array.dump(2) + "\n", FileAccess::Public, IfExists::Replace);
    if (!written)
        std::fprintf(stderr, "heartline-bench: %s\n", written.error().message.c_str());
    return written ? 0 : 1;
}
