package dev.midstream.agents.ftp;

import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * The addresses of a control connection: what each end calls itself and the other one. They differ
 * only where addresses are translated.
 *
 * @param client the client, as it calls itself
 * @param server the server, as the client calls it
 * @param clientAtServer the client, as the server calls it
 * @param serverAtServer the server, as it calls itself
 */
record Ends(Octets client, Octets server, Octets clientAtServer, Octets serverAtServer) {
  private static final int ADDRESS_BYTES = 16;

  static Ends of(Opening opening) {
    return new Ends(
        opening.client().address(),
        opening.server().address(),
        opening.clientAtServer().address(),
        opening.serverAtServer().address());
  }

  void write(StateWriter out) {
    out.octets(client).octets(server).octets(clientAtServer).octets(serverAtServer);
  }

  static Ends read(StateReader in) {
    return new Ends(
        in.octets(ADDRESS_BYTES),
        in.octets(ADDRESS_BYTES),
        in.octets(ADDRESS_BYTES),
        in.octets(ADDRESS_BYTES));
  }
}
