// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/listener.h"
#include "http/write_turns.h"

#include <list>

namespace heartline::http {

/// A connection that the listener can end; registered for as long as it lives.
class Session {
public:
    Session() = default;
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    virtual ~Session() = default;
    virtual void kill() = 0;
};

/// What all sessions of one listener share; touched in its thread only.
struct SessionContext {
    const ListenerOptions &options;
    Service &service;
    WriteTurns turns;
    std::list<Session *> sessions;
};

/// Keeps a session in its listener's list.
class SessionRegistration {
public:
    SessionRegistration(SessionContext &context, Session *session)
        : m_context(context), m_place(context.sessions.insert(context.sessions.end(), session)) {}
    SessionRegistration(const SessionRegistration &) = delete;
    SessionRegistration &operator=(const SessionRegistration &) = delete;
    ~SessionRegistration() { m_context.sessions.erase(m_place); }

private:
    SessionContext &m_context;
    std::list<Session *>::iterator m_place;
};

} // namespace heartline::http
