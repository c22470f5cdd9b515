/** What the server calls itself in the handshake. */
export const serverName = 'stackelberg-gym 0.1.0';
