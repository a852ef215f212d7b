package dev.midstream.agents.ftp;

import java.util.List;

/**
 * The users who may log in.
 *
 * @param names an asterisk at the end of a name stands for any rest; no names mean all users
 */
record Users(List<String> names) {

  Users {
    names = List.copyOf(names);
  }

  boolean allows(String user) {
    return names.isEmpty() || names.stream().anyMatch(name -> matches(name, user));
  }

  private static boolean matches(String name, String user) {
    return name.endsWith("*")
        ? user.startsWith(name.substring(0, name.length() - 1))
        : user.equals(name);
  }
}
