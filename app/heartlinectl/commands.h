// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace heartline::ctl {

/// A subcommand, once its arguments are read: runs it and gives the exit code.
using Run = std::function<int()>;

/// Each declares its subcommand and sets `run` when it is chosen.
void addRegistryCommand(CLI::App &app, Run &run);
void addAgentCommand(CLI::App &app, Run &run);
void addWatchCommand(CLI::App &app, Run &run);
void addKeysCommand(CLI::App &app, Run &run);

/// Exit codes: 0 good, 1 failed, 2 wrong arguments.
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

/// One line on standard error; returns `code`.
int complain(const std::string &message, int code);

} // namespace heartline::ctl
