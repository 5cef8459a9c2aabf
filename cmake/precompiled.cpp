// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing: the library that owns the precompiled headers needs a file.
