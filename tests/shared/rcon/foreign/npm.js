// npm's rcon-server, answering each command: node npm.js FOLDER_OF_MODULES PORT PASSWORD
const { RCONServer } = require(process.argv[2] + "/rcon-server");

const server = new RCONServer({ port: Number(process.argv[3]), password: process.argv[4], clientLimit: 10 });
server.on("listening", () => console.log(process.argv[3]));
server.on("commandRequest", (command) => {
    const [name, length] = command.body.split(" ");
    command.resolve(name === "long" ? "y".repeat(Number(length)) : command.body);
});
server.connect();
